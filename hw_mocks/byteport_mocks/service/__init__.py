"""What `byteport_mocks.byteport_server` is made of: a small Byteport, true to its API document.

    http           the web application; it leads to the calls
    store_calls    storing with a key: values, packets
    device_calls   what a user asks and does about devices: views, registration, messages
    series_calls   what a user asks about values: questions, objects as files
    logins         who is logged in
    model          users, namespaces, devices, types, and the series that were stored
    data_file      the same out of JSON, every mistake told with its place

Source of what is answered: Byteport API document v1.6. What it leaves open is said in
docs/simulated-byteport.md.
"""
