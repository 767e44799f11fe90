"""What a simulated Byteport has where nothing else is said, in the format of data files."""

EXAMPLE = {
    "users": {"admin": {"password": "admin", "namespaces": ["test"]}},
    "namespaces": {
        "test": {
            "description": "A very pleasant space",
            "write_key": "TEST",
            "read_by_key": True,
            "read_key": "READ",
            "legacy_key": "LEGACY",
            "device_types": [
                {
                    "id": "1",
                    "name": "Generic Test Gateway",
                    "accepts_children": "True",
                    "internet_connection": "ethernet",
                    "firmware": [
                        {"id": "1", "version": "1.0", "filesize": "8748", "enabled": "True"},
                        {"id": "2", "version": "1.1", "filesize": "6", "enabled": "True"},
                    ],
                },
                {
                    "id": "2",
                    "name": "Temperature sensor",
                    "accepts_children": "False",
                    "internet_connection": "none",
                    "field_definitions": [
                        {
                            "id": "2",
                            "name": "photo",
                            "data_type": "object",
                            "object_type": "image/png",
                            "encoding_type": "base64",
                        },
                        {"id": "5", "name": "temp", "data_type": "number", "unit": "Celsius"},
                    ],
                },
            ],
            "devices": {
                "TestGW": {"device_type": "1", "description": "On the roof"},
                "6000": {"device_type": "2", "key": "6000KEY", "parent_device": "test.TestGW"},
            },
        },
    },
}
