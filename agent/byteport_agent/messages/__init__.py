"""Messages to the device: read, judged, carried out, answered in the device's log panel.

incoming   what a broker brought: texts, whom they are for and how old they are
orders     a text as what is to be done, by the names of the configuration
desk       the thread that does it, and that watches over the actuators
"""
