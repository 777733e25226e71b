"""What people do: request, authorize, approve, decline, declare an emergency, close."""
