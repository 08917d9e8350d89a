"""`/budget`: how budgets stand, who is told, and what their managers decide."""
