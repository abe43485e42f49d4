"""The description as frozen values, one module per noun. binding.py fills them; nothing changes them."""
