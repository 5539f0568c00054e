// How the sound of a part stands in bytes.

extension WireWriter {
    package mutating func put(_ sound: PartSound) {
        for value in [sound.coverage, sound.level, sound.loudness, sound.silence] { put(value) }
        put(optional: sound.modulation) { $0.put($1) }
        put(optional: sound.steadiness) { $0.put($1) }
        for value in sound.means + sound.spreads { put(value) }
        put(UInt8(clamping: sound.measuredBands))
        put(optional: sound.entry) { writer, entry in
            for value in [entry.change, entry.levelChange, entry.dip] { writer.put(value) }
            writer.put(entry.isSilent)
        }
    }
}

extension WireReader {
    package mutating func partSound() throws(WireError) -> PartSound {
        let (coverage, level) = (try finite(), try finite())
        let (loudness, silence) = (try finite(), try finite())
        let modulation = try optional { reader throws(WireError) in try reader.finite() }
        let steadiness = try optional { reader throws(WireError) in try reader.finite() }
        var (means, spreads): ([Float], [Float]) = ([], [])
        for _ in 0..<SoundFrame.bandCount { means.append(try finite()) }
        for _ in 0..<SoundFrame.bandCount { spreads.append(try finite()) }
        let bands = Int(try integer(UInt8.self))
        let entry = try optional { reader throws(WireError) in
            CutSound(
                change: try reader.finite(), levelChange: try reader.finite(), dip: try reader.finite(),
                isSilent: try reader.bool())
        }
        guard 0...1 ~= coverage, 0...1 ~= silence, 0...SoundFrame.bandCount ~= bands else {
            throw WireError(reason: "a part's sound is out of range")
        }
        return PartSound(
            coverage: coverage, level: level, loudness: loudness, silence: silence, modulation: modulation,
            steadiness: steadiness, means: means, spreads: spreads, measuredBands: bands, entry: entry)
    }

    private mutating func finite() throws(WireError) -> Float {
        let value = try float()
        guard value.isFinite else { throw WireError(reason: "a part's sound is not a number") }
        return value
    }
}
