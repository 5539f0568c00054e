package import SceneSegmentation
package import ShotDetection
internal import SoundAnalysis
package import Timeline

/// One stream from pictures to closed parts and shots: joins detector and assembler, and says what each part
/// sounds like.
///
/// A value without I/O, clock or threads: the same pictures give the same parts (contract 15). What it costs
/// per picture is the detector. Nothing in it needs a model, so that a feed's worker can run it far from the
/// one that decides.
package struct PartFinder {
    /// What one picture made certain.
    package struct Step {
        /// In order.
        package var outputs: [PartAssembler.Output]
        /// PTS before which no further cut can appear.
        package var horizon: Int64
    }

    private var detector: any ShotDetector
    private var assembler: PartAssembler
    private var track: SoundTrack
    /// What the closed parts of the open shot sound like, by their index; empty where nobody is told.
    private var told: [Int: SoundSummary] = [:]
    private let tellsSound: Bool
    /// nil where nobody asked for blocks.
    private var evidence: EvidenceCollector?
    /// End of the last picture; nil before the first.
    package private(set) var end: Instant?

    /// - Parameters:
    ///   - detector: as new.
    ///   - sampling: the pictures that the encoder wants of each part.
    ///   - options: how shots are split.
    ///   - timeBase: of the stream.
    package init(
        detector: any ShotDetector, sampling: EncoderInput.Sampling, options: SegmentOptions,
        timeBase: TimeBase
    ) {
        self.detector = detector
        track = SoundTrack(timeBase: timeBase)
        tellsSound = options.tellsSound
        evidence = options.blocks == nil ? nil : EvidenceCollector(timeBase: timeBase)
        assembler = PartAssembler(
            timeBase: timeBase, rule: options.split, splitAfter: options.splitAfter,
            minimumShotLength: detector.minimumShotLength, sampling: sampling)
    }

    /// With the detector that `options` ask for.
    package init(sampling: EncoderInput.Sampling, options: SegmentOptions, timeBase: TimeBase) {
        self.init(
            detector: options.detector.make(timeBase: timeBase, minimumShot: options.minimumShot),
            sampling: sampling, options: options, timeBase: timeBase)
    }

    /// Takes the next picture in display order.
    package mutating func push(_ picture: Picture) -> Step {
        end = picture.end
        evidence?.push(picture)
        let detection = detector.push(picture)
        return Step(
            outputs: heard(assembler.push(picture, cuts: detection.cuts, horizon: detection.horizon)),
            horizon: detection.horizon)
    }

    /// Takes the next frame of sound. What a part sounds like rests on the frames that came before the
    /// picture that closes it.
    package mutating func push(_ sound: SoundFrame) { track.push(sound) }

    /// The pictures are over at `end`, or missing from there on: gives what was open. Afterwards it takes
    /// what follows.
    package mutating func close(at end: Instant) -> [PartAssembler.Output] {
        evidence?.close(at: end)
        let detection = detector.finish(at: end)
        return heard(assembler.finish(at: end, cuts: detection.cuts, horizon: detection.horizon))
    }

    /// The open shot's open part as if it ended now; nil if nothing of it is settled. Costs as much as
    /// closing one.
    package func openPart() -> Part? {
        guard var part = assembler.openPart() else { return nil }
        part.sound = sound(of: part)
        return part
    }

    private func sound(of part: Part) -> PartSound? {
        track.sound(
            from: part.start.pts, to: part.end.pts, isContinuous: part.entry?.kind != .start)
    }

    private mutating func heard(_ outputs: [PartAssembler.Output]) -> [PartAssembler.Output] {
        outputs.map { output in
            switch output {
            case .part(var part):
                part.sound = sound(of: part)
                part.evidence = evidence?.take(
                    from: part.start, to: part.end, silence: track.takeSilences())
                track.close(at: part.end.pts)
                if tellsSound { told[part.index] = part.sound.map(SoundSummary.init) }
                return .part(part)
            case .shot(var shot):
                for place in shot.parts.indices {
                    shot.parts[place].sound = told.removeValue(forKey: shot.parts[place].index)
                }
                return .shot(shot)
            }
        }
    }
}
