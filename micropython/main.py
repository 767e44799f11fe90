from byteport import station

station.run()
