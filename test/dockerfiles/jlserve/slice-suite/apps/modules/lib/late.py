from .inner.late import late_value
