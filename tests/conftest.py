"""What all tests share: no example of hypothesis is judged by the wall clock."""

from hypothesis import settings

settings.register_profile("appliance", deadline=None)
settings.load_profile("appliance")
