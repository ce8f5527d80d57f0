"""Files of patients and visits."""
