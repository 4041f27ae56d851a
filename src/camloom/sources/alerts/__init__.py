"""What cameras themselves raise an alarm about, heard over HTTP."""
