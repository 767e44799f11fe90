"""Outputs that publish to a broker, and what comes back over the same connection.

broker_output      what the outputs of this folder share
broker_link        carries a call: as messages, a window of them under way, each confirmed
data_form          Byteport's text form of a reading's fields, and what it can carry
byteport_messages  a call as Byteport's broker takes it: lists of many readings
plain_messages     a call as a topic for each field, with home_assistant's discovery
standing           what connections to brokers share
mqtt_connection    by paho-mqtt
stomp_connection   by stomp.py

A broker confirms what it has taken, by PUBACK or RECEIPT, and nothing else counts as delivered.
"""
