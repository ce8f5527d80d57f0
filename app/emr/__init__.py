"""The medical record and prescriptions."""
