export { idleQuantities, type Inputs } from "./idle";
export { add, costOf, priceRegion, type Quantities } from "./price";
