internal import SceneSegmentation
package import Timeline

extension WorkerMessage {
    /// The first byte of a message.
    private enum Tag: UInt8 {
        case hello = 1
        case opened, part, shot, open, advance, gap, progress, ending, relief, change, state, cue
    }

    /// Longest line of text in a message.
    private static let longestText = 4096

    /// As one message, without its length.
    package var message: [UInt8] {
        var writer = WireWriter()
        func tag(_ tag: Tag) { writer.put(tag.rawValue) }
        switch self {
        case .hello(let version, let unconfined):
            tag(.hello)
            writer.put(version)
            writer.put(unconfined.rawValue)
        case .opened(let media, let decoderDelay, let clock):
            tag(.opened)
            writer.put(media)
            writer.put(Int32(clamping: decoderDelay))
            writer.put(choice: clock)
        case .part(let part, let now):
            tag(.part)
            writer.put(part)
            writer.put(now)
        case .shot(let shot):
            tag(.shot)
            writer.put(shot)
        case .open(let part):
            tag(.open)
            writer.put(part)
        case .advance(let advance):
            tag(.advance)
            writer.put(advance.now)
            writer.put(advance.end)
            writer.put(advance.horizon)
            writer.put(advance.isDamaged)
            writer.put(advance.hasOpenPart)
            writer.put(advance.age)
        case .gap(let gap):
            tag(.gap)
            writer.put(gap)
        case .cue(let cue):
            tag(.cue)
            writer.put(cue)
        case .relief(let leftOut):
            tag(.relief)
            writer.put(list: leftOut.steps) { $0.put(UInt8($1.rawValue)) }
        case .change(let change):
            tag(.change)
            writer.put(change.at)
            writer.put(change.codec)
            writer.put(Int32(clamping: change.size.width))
            writer.put(Int32(clamping: change.size.height))
        case .state(let state):
            tag(.state)
            writer.put(state.at)
            writer.put(choice: state.kind)
        case .progress(let progress):
            tag(.progress)
            writer.put(progress.bytes)
            writer.put(progress.packets)
            writer.put(progress.decodeErrors)
            writer.put(progress.repairedTimestamps)
        case .ending(let ending):
            tag(.ending)
            switch ending {
            case .end: writer.put(UInt8(0))
            case .damaged(let text):
                writer.put(UInt8(1))
                writer.put(Self.bounded(text))
            case .stopped: writer.put(UInt8(2))
            case .failed(let failure, let text):
                writer.put(UInt8(3))
                writer.put(choice: failure)
                writer.put(Self.bounded(text))
            }
        }
        return writer.bytes
    }

    private static func bounded(_ text: String) -> [UInt8] { Array(text.utf8.prefix(longestText)) }

    /// Reads a message from a worker that may be hostile: a value that came through holds what its type
    /// promises.
    package init(message: ArraySlice<UInt8>) throws(WireError) {
        var reader = WireReader(message)
        guard let tag = Tag(rawValue: try reader.integer()) else {
            throw WireError(reason: "its kind is unknown")
        }
        switch tag {
        case .hello:
            let version = try reader.integer(UInt16.self)
            let gaps = ConfinementGaps(rawValue: try reader.integer())
            guard gaps.isSubset(of: .all) else { throw WireError(reason: "its confinement is unknown") }
            self = .hello(version: version, unconfined: gaps)
        case .opened:
            self = .opened(
                try reader.media(), decoderDelay: Int(try reader.integer(UInt32.self) & 0xffff),
                clock: try reader.choice())
        case .part: self = .part(try reader.part(), now: try reader.instant())
        case .shot: self = .shot(try reader.shot())
        case .open: self = .open(try reader.part())
        case .advance:
            let advance = Advance(
                now: try reader.instant(), end: try reader.instant(), horizon: try reader.ticks(),
                isDamaged: try reader.bool(), hasOpenPart: try reader.bool(), age: try reader.double())
            guard advance.now < advance.end else {
                throw WireError(reason: "a picture ends before it starts")
            }
            guard advance.age >= 0, advance.age < 1e9 else {
                throw WireError(reason: "a picture's age is not one")
            }
            self = .advance(advance)
        case .gap: self = .gap(try reader.gap())
        case .cue: self = .cue(try reader.cue())
        case .relief:
            let steps = try reader.list(limit: Relief.Step.allCases.count) {
                reader throws(WireError) in try reader.step()
            }
            self = .relief(Relief.LeftOut(steps))
        case .change:
            self = .change(
                StreamChange(
                    at: try reader.instant(), codec: try reader.line(limit: Self.longestText),
                    size: PictureSize(
                        width: Int(try reader.integer(UInt32.self) & 0xfffff),
                        height: Int(try reader.integer(UInt32.self) & 0xfffff))))
        case .state: self = .state(PictureState(at: try reader.instant(), kind: try reader.choice()))
        case .progress:
            var progress = WorkerProgress()
            progress.bytes = try reader.count()
            progress.packets = try reader.count()
            progress.decodeErrors = try reader.count()
            progress.repairedTimestamps = try reader.count()
            self = .progress(progress)
        case .ending:
            switch try reader.integer(UInt8.self) {
            case 0: self = .ending(.end)
            case 1: self = .ending(.damaged(try reader.line(limit: Self.longestText)))
            case 2: self = .ending(.stopped)
            case 3: self = .ending(.failed(try reader.choice(), try reader.line(limit: Self.longestText)))
            default: throw WireError(reason: "its ending is unknown")
            }
        }
        try reader.end()
    }
}

extension WireReader {
    /// What is left out.
    mutating func step() throws(WireError) -> Relief.Step {
        guard let step = Relief.Step(rawValue: Int(try integer(UInt8.self))) else {
            throw WireError(reason: "what is left out is unknown")
        }
        return step
    }

    /// Text for people: on one line, without control characters.
    mutating func line(limit: Int) throws(WireError) -> String {
        let text = try text(limit: limit)
        return String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
