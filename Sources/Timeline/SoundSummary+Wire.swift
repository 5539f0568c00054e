// How the sound of a part, as it is printed, stands in bytes.

extension WireWriter {
    package mutating func put(_ sound: SoundSummary) {
        for value in [sound.coverage, sound.level, sound.loudness, sound.silence] { put(value) }
        put(optional: sound.modulation) { $0.put($1) }
        put(optional: sound.steadiness) { $0.put($1) }
        put(list: sound.bands) { $0.put($1) }
        put(optional: sound.entry) { writer, entry in
            for value in [entry.change, entry.levelChange, entry.dip] { writer.put(value) }
            writer.put(entry.isSilent)
        }
    }

    private mutating func put(_ value: SoundSummary.Decimal) { put(Int64(value.hundredths)) }
}

extension WireReader {
    package mutating func soundSummary() throws(WireError) -> SoundSummary {
        let (coverage, level) = (try decimal(), try decimal())
        let (loudness, silence) = (try decimal(), try decimal())
        let modulation = try optional { reader throws(WireError) in try reader.decimal() }
        let steadiness = try optional { reader throws(WireError) in try reader.decimal() }
        let bands = try list(limit: SoundFrame.bandCount) { reader throws(WireError) in
            try reader.decimal()
        }
        let entry = try optional { reader throws(WireError) in
            SoundSummary.Entry(
                change: try reader.decimal(), levelChange: try reader.decimal(), dip: try reader.decimal(),
                isSilent: try reader.bool())
        }
        return SoundSummary(
            coverage: coverage, level: level, loudness: loudness, silence: silence, modulation: modulation,
            steadiness: steadiness, bands: bands, entry: entry)
    }

    /// No larger than what `Decimal` makes of a number.
    private mutating func decimal() throws(WireError) -> SoundSummary.Decimal {
        let value = try integer(Int64.self)
        guard value.magnitude <= 100_000_000 else {
            throw WireError(reason: "a part's sound is out of range")
        }
        return SoundSummary.Decimal(hundredths: Int(value))
    }
}
