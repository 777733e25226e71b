"""May this artifact go to that environment now?"""
