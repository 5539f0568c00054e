package import BlockSegmentation
internal import BroadcastEvidence
package import SceneEvents
package import SceneSegmentation
package import Timeline

/// Parts and messages of a stream in, blocks out: measures what the parts show and sound like, and lets
/// `BlockSegmenter` decide.
///
/// A value without I/O, clock or threads: the same parts and messages give the same blocks (contract 20).
/// It costs 20,000 pixels a part, and 640 multiplications for each second of delay in a second of media.
package struct BlockFinder: Sendable {
    /// Blocks that are kept to name scenes by: hours of them.
    private static let memory = 256
    /// Messages from before the first part that are kept.
    private static let mostEarly = 256

    private let timeBase: TimeBase
    private let options: BlockOptions
    private var segmenter: BlockSegmenter?
    private var mark = StaticMark()
    private var aspects = AspectFinder()
    private var recurrence: RecurrenceFinder
    private var edgePictures: EdgePictures
    /// Messages from before the first part.
    private var early: [BlockEvidence] = []
    private var blocks: [Block] = []

    /// Begins with the first part that it is given.
    ///
    /// - Parameters:
    ///   - timeBase: of the stream.
    ///   - options: how long it waits, and what it leaves out.
    package init(timeBase: TimeBase, options: BlockOptions) {
        self.timeBase = timeBase
        self.options = options
        recurrence = RecurrenceFinder(timeBase: timeBase)
        edgePictures = EdgePictures(timeBase: timeBase)
    }

    /// A picture is shown, of a part that is still open; in order of display.
    package mutating func note(_ picture: Instant) { edgePictures.push(picture) }

    /// A part was closed at `now`: tells the blocks that it decides.
    package mutating func push(_ part: Part, at now: Instant, into events: inout [Event]) {
        if segmenter == nil {
            segmenter = BlockSegmenter(timeBase: timeBase, start: part.start, options: options)
            for message in early { tell(segmenter?.push(message), at: now, &events) }
            early = []
        }
        let evidence = evidence(of: part)
        var start = part.start.pts
        let stretch = max(1, timeBase.ticks(seconds: Self.longestStretch))
        // What lies too far ahead is not believed, so a long part is told piece by piece.
        while part.end.pts - start > stretch {
            let piece = start..<start + stretch
            for evidence in evidence.compactMap({ $0.within(piece, of: part.start.pts) }) {
                tell(segmenter?.push(evidence), at: now, &events)
            }
            tell(segmenter?.push(.passed(piece.upperBound)), at: now, &events)
            start = piece.upperBound
        }
        for evidence in evidence.compactMap({ $0.within(start..<part.end.pts, of: part.start.pts) }) {
            tell(segmenter?.push(evidence), at: now, &events)
        }
        tell(segmenter?.push(.time(part.end)), at: now, &events)
    }

    /// Seconds of a part that are told at once, at most.
    private static let longestStretch = 300.0

    /// A message came. One that was cancelled is not taken back: it rarely is, and then late.
    package mutating func push(_ cue: Cue, into events: inout [Event]) {
        guard uses(.cues), !cue.message.isCancelled, let direction = cue.message.direction else { return }
        let message: BlockEvidence =
            switch direction {
            case .out: .cueOut(at: cue.at.pts, duration: cue.message.duration)
            case .in: .cueIn(at: cue.at.pts)
            }
        edgePictures.name(cue.at.pts)
        if segmenter == nil {
            if early.count == Self.mostEarly { early.removeFirst() }
            early.append(message)
        } else {
            tell(segmenter?.push(message), at: cue.received, &events)
        }
    }

    /// Pictures are missing; all parts before the gap were pushed.
    package mutating func push(_ gap: Gap, into events: inout [Event]) {
        edgePictures.forget()
        guard gap.start < gap.end else { return }
        tell(segmenter?.push(.gap(from: gap.start, to: gap.end)), at: gap.start, &events)
    }

    /// The stream is over; all parts were pushed.
    package mutating func finish(at end: Instant, into events: inout [Event]) {
        tell(segmenter?.finish(at: end), at: end, &events)
    }

    /// Says of each new scene among `events` in which kind of block its middle lies, as far as that is known
    /// now.
    package func name(_ events: inout [Event]) {
        for index in events.indices {
            guard case .scene(var scene) = events[index], scene.block == nil else { continue }
            scene.block = SceneBlock(kind(at: scene.start.pts + (scene.end.pts - scene.start.pts) / 2))
            events[index] = .scene(scene)
        }
    }

    /// What lies at `pts`: as decided, else the best guess; nil before anything is known.
    private func kind(at pts: Int64) -> Block.Kind? {
        if let block = blocks.last(where: { $0.start.pts <= pts }), pts < block.end.pts { return block.kind }
        return segmenter?.estimate(at: pts)?.kind ?? segmenter?.openBlock?.kind
    }

    private mutating func tell(_ closed: [Block]?, at now: Instant, _ events: inout [Event]) {
        for var block in closed ?? [] {
            block.delay = max(0, now.pts - block.end.pts)
            events.append(.block(block))
            blocks.append(block)
        }
        if blocks.count > Self.memory { blocks.removeFirst(blocks.count - Self.memory) }
    }

    private func uses(_ evidence: BlockOptions.Evidence) -> Bool { !options.without.contains(evidence) }

    private mutating func evidence(of part: Part) -> [BlockEvidence] {
        var found = edgePictures.take(before: part.end.pts).map(BlockEvidence.picture)
        let range = part.start.pts..<part.end.pts
        if let entry = part.entry, entry.kind != .start { found.append(.cut(part.start)) }
        if let evidence = part.evidence {
            if uses(.black) { found += evidence.black.map(BlockEvidence.black) }
            if uses(.silence) { found += evidence.silence.map(BlockEvidence.silence) }
            if uses(.mark), let picture = evidence.mark {
                switch mark.push(picture) {
                case .present(let probability): found.append(.mark(range, probability))
                case .absent(let probability): found.append(.mark(range, 1 - probability))
                case .unknown: break
                }
            }
        }
        if let sound = part.sound {
            if uses(.loudness), sound.silence < 1 { found.append(.loudness(range, sound.loudness)) }
            if uses(.music), let steadiness = sound.steadiness { found.append(.music(range, steadiness)) }
        }
        let pictures = part.keyFrames.filter { !$0.isDamaged }.map(\.analysis)
        if uses(.bars), let change = aspects.push(start: part.start, pictures: pictures) {
            found.append(.aspectChange(change.at))
        }
        if uses(.recurrence), !pictures.isEmpty,
            let probability = recurrence.push(
                start: part.start, end: part.end, picture: pictures[pictures.count / 2])
        {
            found.append(.recurrence(range, probability))
        }
        return found
    }
}
