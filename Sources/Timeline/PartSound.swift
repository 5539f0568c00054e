/// What a part sounds like, and whether the sound changes where it begins.
///
/// It rests on the sound that was known when the part was closed. Where none was, there is no `PartSound`:
/// nobody may take missing sound for silence.
package struct PartSound: Hashable, Sendable {
    /// Share of the part whose sound is known, above 0 and at most 1. All that follows is of that share.
    package var coverage: Float
    /// Mean power in dB (`SoundFrame`).
    package var level: Float
    /// The same with K-weighting, in LUFS of the mix.
    package var loudness: Float
    /// Share in which nothing is heard.
    package var silence: Float
    /// Depth of the level's fluctuations of 3 to 6 Hz, relative to the mean amplitude: the rhythm of
    /// syllables, about .3 and more in speech (Scheirer and Slaney, 1997). nil where no whole second is known
    /// and heard.
    package var modulation: Float?
    /// Share of the steps from one frame to the next in which the spectrum stays: high in music and in noise.
    /// nil where no two frames in a row are heard.
    package var steadiness: Float?
    /// Mean level of each band in dB, and its standard deviation along the part; `SoundFrame.bandCount` each.
    package var means: [Float]
    package var spreads: [Float]
    /// Bands, from the lowest, that were measured all along.
    package var measuredBands: Int
    /// The sound where the part begins; nil after a gap, at the start of the stream, and where too little is
    /// known on either side.
    package var entry: CutSound?

    package init(
        coverage: Float, level: Float, loudness: Float, silence: Float, modulation: Float?,
        steadiness: Float?, means: [Float], spreads: [Float], measuredBands: Int, entry: CutSound?
    ) {
        precondition(
            means.count == SoundFrame.bandCount && spreads.count == SoundFrame.bandCount,
            "a part's sound has \(SoundFrame.bandCount) bands")
        self.coverage = coverage
        self.level = level
        self.loudness = loudness
        self.silence = silence
        self.modulation = modulation
        self.steadiness = steadiness
        self.means = means
        self.spreads = spreads
        self.measuredBands = measuredBands
        self.entry = entry
    }
}

/// The sound around a cut: a second before it and a second behind.
package struct CutSound: Hashable, Sendable {
    /// How far the mean spectra of both sides are apart: root mean square over the bands, in dB.
    package var change: Float
    /// Level behind the cut less that before it, in dB.
    package var levelChange: Float
    /// How far the quietest tenth of a second within half a second of the cut lies below the quieter side, in
    /// dB; 0 where none does.
    package var dip: Float
    /// Nothing is heard for a tenth of a second or more within half a second of the cut.
    package var isSilent: Bool

    package init(change: Float, levelChange: Float, dip: Float, isSilent: Bool) {
        self.change = change
        self.levelChange = levelChange
        self.dip = dip
        self.isSilent = isSilent
    }
}
