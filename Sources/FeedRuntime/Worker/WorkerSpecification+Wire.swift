internal import BlockSegmentation
internal import MediaInput
internal import SceneSegmentation
internal import ScenePipeline
package import Timeline

extension WorkerSpecification {
    /// Bytes of what tells blocks apart, of one part.
    private static let mostEvidence = 1 << 18

    /// As one message.
    package var message: [UInt8] {
        var writer = WireWriter()
        writer.put(Self.protocolVersion)
        writer.put(input)
        writer.put(Int32(clamping: media.threads))
        writer.put(optional: media.program) { $0.put(Int64($1)) }
        writer.put(optional: media.stream) { $0.put(Int64($1)) }
        writer.put(media.sound != .none)
        writer.put(optional: media.sound.index) { $0.put(Int64($1)) }
        writer.put(media.plan.rawValue)
        writer.put(Int32(clamping: media.maxStreams))
        writer.put(media.maxPixels)
        writer.put(media.probeBytes)
        writer.put(media.analyzeMicroseconds)
        writer.put(media.networkTimeout)
        writer.put(media.longestHole)
        writer.put(media.longestGroup)
        writer.put(media.isFeed)
        writer.put(media.cues)
        writer.put(media.marks)
        writer.put(findsBlocks)
        writer.put(optional: media.followIdle) { $0.put($1) }
        writer.put(Int32(clamping: media.allowedHosts.count))
        for host in media.allowedHosts { writer.put(host) }
        writer.put(list: media.views.sorted()) { $0.put($1) }
        writer.put(split.rawValue)
        writer.put(splitAfter)
        writer.put(minimumShot)
        writer.put(optional: deadline) { $0.put($1) }
        switch sampling {
        case .keyFrames(let count):
            writer.put(UInt8(0))
            writer.put(Int32(clamping: count))
        case .clip(let frames, let stride):
            writer.put(UInt8(1))
            writer.put(Int32(clamping: frames))
            writer.put(Int32(clamping: stride))
        }
        writer.put(optional: relief) { $0.put(UInt8($1.rawValue)) }
        writer.put(optional: told) { $0.put($1) }
        return writer.bytes
    }

    /// Reads what `message` gave.
    package init(message: ArraySlice<UInt8>) throws(WireError) {
        var reader = WireReader(message)
        guard try reader.integer(UInt16.self) == Self.protocolVersion else {
            throw WireError(reason: "feed and worker are of different versions")
        }
        let input = try reader.text(limit: 1 << 16)
        var media = MediaOptions()
        media.threads = Int(try reader.integer(Int32.self))
        media.program = try reader.optional { reader throws(WireError) in Int(try reader.integer(Int64.self))
        }
        media.stream = try reader.optional { reader throws(WireError) in Int(try reader.integer(Int64.self)) }
        let hasSound = try reader.bool()
        let sound = try reader.optional { reader throws(WireError) in Int(try reader.integer(Int64.self)) }
        guard let plan = DecodePlan(rawValue: try reader.text(limit: 64)) else {
            throw WireError(reason: "the decode plan is unknown")
        }
        media.maxStreams = Int(try reader.integer(Int32.self))
        media.maxPixels = try reader.integer()
        media.probeBytes = try reader.integer()
        media.analyzeMicroseconds = try reader.integer()
        media.networkTimeout = try reader.double()
        media.longestHole = try reader.double()
        media.longestGroup = try reader.double()
        media.isFeed = try reader.bool()
        media.cues = try reader.bool()
        media.marks = try reader.bool()
        let findsBlocks = try reader.bool()
        media.followIdle = try reader.optional { reader throws(WireError) in try reader.double() }
        let hosts = Int(try reader.integer(Int32.self))
        guard 0...HostRules.most ~= hosts else { throw WireError(reason: "there are too many allowed hosts") }
        for _ in 0..<hosts { media.allowedHosts.append(try reader.text(limit: HostRules.longest)) }
        media.views = Set(try reader.list(limit: 16) { reader throws(WireError) in try reader.view() })
        var options = SegmentOptions()
        options.speed = plan
        options.cues = media.cues
        if findsBlocks {
            var blocks = BlockOptions()
            if !media.marks { blocks.without = [.mark] }
            options.blocks = blocks
        }
        options.sound = hasSound ? sound.map(SoundChoice.stream) ?? .best : .none
        guard let split = SplitRule(rawValue: try reader.text(limit: 64)) else {
            throw WireError(reason: "the split rule is unknown")
        }
        options.split = split
        options.splitAfter = try reader.double()
        options.minimumShot = try reader.double()
        options.deadline = try reader.optional { reader throws(WireError) in try reader.double() }
        let sampling = try reader.sampling()
        let relief = try reader.optional { reader throws(WireError) in try reader.step() }
        let told = try reader.optional { reader throws(WireError) in try reader.toldSource() }
        func bytes(_ views: some Sequence<Picture.View>) -> Int { views.reduce(0) { $0 + $1.mostBytes } }
        let each = 2 * AnalysisPicture.byteCount + bytes(media.views.filter { !$0.isForPeople })
        // The first and the last picture of a part show people something, too.
        let shown = 2 * bytes(media.views.filter(\.isForPeople))
        let evidence = findsBlocks ? Self.mostEvidence : 0
        guard sampling.pictureCount * each + shown + evidence <= FrameBuffer.longest else {
            throw WireError(reason: "the encoder's pictures of a part are more than a message holds")
        }
        try reader.end()
        guard options.splitAfter > 0, options.minimumShot > 0 else {
            throw WireError(reason: "a length is not positive")
        }
        self.init(input: input, media: media, options: options, sampling: sampling, relief: relief)
        self.told = told
    }
}

extension WireReader {
    fileprivate mutating func sampling() throws(WireError) -> EncoderInput.Sampling {
        let sampling: EncoderInput.Sampling
        switch try integer(UInt8.self) {
        case 0: sampling = .keyFrames(Int(try integer(Int32.self)))
        case 1: sampling = .clip(frames: Int(try integer(Int32.self)), stride: Int(try integer(Int32.self)))
        default: throw WireError(reason: "the encoder's pictures are of an unknown kind")
        }
        guard sampling.isPossible else {
            throw WireError(reason: "the encoder wants no picture, or too many")
        }
        return sampling
    }
}
