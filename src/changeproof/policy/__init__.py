"""What the company requires: schema, profiles, what was in force when. Pure."""
