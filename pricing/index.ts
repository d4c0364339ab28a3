export { idleQuantities, mayCostIdle, type Inputs } from "./idle";
export {
  add,
  costOf,
  hoursPerMonth,
  priceRegion,
  prices,
  type PriceId,
  type Quantities,
} from "./price";
