"""What clients of the API are made by."""
