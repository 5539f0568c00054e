/// What a `shot` event says of a part's sound: a `PartSound` in the decimals that are printed, so that it is
/// equal after it was read.
package struct SoundSummary: Hashable, Sendable {
    /// A number with two decimals.
    package struct Decimal: Hashable, Sendable {
        package var hundredths: Int

        package init(hundredths: Int) { self.hundredths = hundredths }

        package init(_ value: Float) {
            let rounded = (value * 100).rounded()
            hundredths = rounded.isFinite ? Int(max(-1e8, min(1e8, rounded))) : 0
        }
    }

    package var coverage: Decimal
    package var level: Decimal
    package var loudness: Decimal
    package var silence: Decimal
    package var modulation: Decimal?
    package var steadiness: Decimal?
    /// Mean level of each measured band.
    package var bands: [Decimal]
    package var entry: Entry?

    /// Where the part begins.
    package struct Entry: Hashable, Sendable {
        package var change: Decimal
        package var levelChange: Decimal
        package var dip: Decimal
        package var isSilent: Bool

        package init(change: Decimal, levelChange: Decimal, dip: Decimal, isSilent: Bool) {
            self.change = change
            self.levelChange = levelChange
            self.dip = dip
            self.isSilent = isSilent
        }
    }

    package init(
        coverage: Decimal, level: Decimal, loudness: Decimal, silence: Decimal, modulation: Decimal?,
        steadiness: Decimal?, bands: [Decimal], entry: Entry?
    ) {
        self.coverage = coverage
        self.level = level
        self.loudness = loudness
        self.silence = silence
        self.modulation = modulation
        self.steadiness = steadiness
        self.bands = bands
        self.entry = entry
    }

    package init(_ sound: PartSound) {
        self.init(
            coverage: Decimal(sound.coverage), level: Decimal(sound.level),
            loudness: Decimal(sound.loudness), silence: Decimal(sound.silence),
            modulation: sound.modulation.map(Decimal.init), steadiness: sound.steadiness.map(Decimal.init),
            bands: sound.means.prefix(sound.measuredBands).map(Decimal.init),
            entry: sound.entry.map { entry in
                Entry(
                    change: Decimal(entry.change), levelChange: Decimal(entry.levelChange),
                    dip: Decimal(entry.dip), isSilent: entry.isSilent)
            })
    }
}
