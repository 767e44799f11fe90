"""The output that writes line protocol: InfluxDB 1 and 2, VictoriaMetrics, Telegraf.

line_protocol   an entry as a line, with what each part of a line has to escape
influx_answers  what a server's answers mean, among them those that took a part
influx_link     carries a call
influx_output   all of it as an output
"""
