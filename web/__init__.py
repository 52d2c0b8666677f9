"""How Accord is reached: each route states its permission, reads the request, calls one door, answers."""
