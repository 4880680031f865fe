"""What trade does about the law: response, equilibrium, deals."""
