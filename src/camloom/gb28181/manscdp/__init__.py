"""What GB/T 28181 says in XML: catalogue, state, alarms and control of devices (MANSCDP)."""
