package import Timeline

/// A closed part of a shot, with the pictures that stand for it: what an encoder sees (contract 5 to 7).
package struct Part: Sendable {
    /// Position in the stream's sequence of parts, from 0.
    package var index: Int
    package var shotIndex: Int
    package var start: Instant
    package var end: Instant
    /// Length in seconds.
    package var duration: Double
    /// How its shot began, if it is the first part of its shot.
    package var entry: Transition?
    /// A cut or the end of the stream follows it: only then does its score take part in decisions.
    package var isLastOfShot: Bool
    /// As many as the encoder asked for, in order, none from outside the part's first and last pictures that
    /// lie in no mixed range: key frames, or a clip (`EncoderInput.Sampling`). Pictures repeat where the part
    /// is too short.
    package var keyFrames: [Picture]
    /// Mean absolute luma difference of consecutive pictures in it, per second of media, on the 0...255
    /// scale.
    package var motion: Float
    /// What it sounds like; nil where no sound is read, or nothing of it is known.
    package var sound: PartSound?
    /// What tells blocks apart; nil where nobody asked for blocks.
    package var evidence: PartEvidence?

    package init(
        index: Int, shotIndex: Int, start: Instant, end: Instant, duration: Double, entry: Transition?,
        isLastOfShot: Bool, keyFrames: [Picture], motion: Float
    ) {
        self.index = index
        self.shotIndex = shotIndex
        self.start = start
        self.end = end
        self.duration = duration
        self.entry = entry
        self.isLastOfShot = isLastOfShot
        self.keyFrames = keyFrames
        self.motion = motion
    }
}

/// A part after encoding: its pictures are gone, its embedding stands for it.
package struct EncodedPart: Sendable {
    package var index: Int
    package var shotIndex: Int
    package var start: Instant
    package var end: Instant
    /// Length in seconds.
    package var duration: Double
    package var entry: Transition?
    package var isLastOfShot: Bool
    /// `D` floats, D fixed by the encoder.
    package var embedding: [Float]
    /// Embeddings by other encoders, for scorers that compare parts by several similarity cues: as many, and
    /// in the same order, for each part of a stream. Zero where a cue knows nothing of the part; empty where
    /// `embedding` is the only cue.
    package var furtherEmbeddings: [[Float]] = []
    /// What it sounds like; nil where no sound is read, or nothing of it is known.
    package var sound: PartSound?
    /// What each genre has of it; nil where the encoder knows no genres.
    package var genreShares: [Float]?

    package init(_ part: Part, _ reading: ShotReading) {
        self.init(part, embedding: reading.embedding)
        genreShares = reading.genreShares
    }

    package init(_ part: Part, embedding: [Float]) {
        index = part.index
        shotIndex = part.shotIndex
        start = part.start
        end = part.end
        duration = part.duration
        entry = part.entry
        isLastOfShot = part.isLastOfShot
        sound = part.sound
        self.embedding = embedding
    }

    /// A part whose embedding was made elsewhere.
    package init(
        index: Int, shotIndex: Int, start: Instant, end: Instant, duration: Double, entry: Transition?,
        isLastOfShot: Bool, embedding: [Float]
    ) {
        self.index = index
        self.shotIndex = shotIndex
        self.start = start
        self.end = end
        self.duration = duration
        self.entry = entry
        self.isLastOfShot = isLastOfShot
        self.embedding = embedding
    }
}
