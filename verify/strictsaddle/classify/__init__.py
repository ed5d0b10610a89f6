"""The signs of the Hessian at stationary points, and what follows from them."""
