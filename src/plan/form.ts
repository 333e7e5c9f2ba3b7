/**
 * Names the form of plans, as their `$schema`. By itself: to make the schema takes a while, and
 * no build reads a plan.
 */
export const PLAN_SCHEMA = 'ovenbird/plan/1';
