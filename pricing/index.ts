export { idleQuantities, type Inputs } from "./idle";
export { add, costOf, priceRegion, prices, type PriceId, type Quantities } from "./price";
