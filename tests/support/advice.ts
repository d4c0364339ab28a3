/**
 * The policies that give advice about the whole program: everything together costs more while idle than the budget of the pack, and its
 * distribution has no domain of its own.
 */
export const expectedAdvice = [
  "aws-stack-limit-idle-cost",
  "cloudfront-distribution-require-current-tls",
];
