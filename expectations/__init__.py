"""What must be true: suites as data, the gate that applies them, the report that shows it."""
