import CFFmpeg
import CFFmpegShim
import DequeModule
import Timeline

/// Decodes packets into what the steps need of their pictures, one group of pictures after the other.
///
/// Used on one thread at a time.
final class GroupDecoder {
    private(set) var decoder: Decoder
    /// Takes over from `decoder` when the next group begins.
    var successor: Decoder?
    private var viewer: FrameViewer
    private var skipper: PictureSkipper?
    private let plan: DecodePlan
    /// Pictures are left out where that is possible.
    private var isSkipping: Bool
    private let relief: DecodingRelief?
    /// Analysis pictures made before their frames come out, by the address of the frame's pixels.
    private var peeked: [UnsafeMutablePointer<UInt8>: (stamp: Int64, analysis: AnalysisPicture)] = [:]
    /// Stamps of packets the container reported as incomplete and whose pictures have not come out yet.
    private var damagedStamps: [Int64] = []
    /// Stamps of pictures that belong to the next group.
    private var foreignStamps: [Int64] = []
    /// Presentation time of the packet that the decoder got last.
    private var sent: Int64?
    /// The next packet opens a group.
    private var isAtStart: Bool
    /// All packets of the group have come.
    private var isFinished = false
    private var stampChoice = StampChoice()
    private var outcomes: Deque<DecodingOutcome> = []
    /// The last picture of the group so far, in the order of display.
    private(set) var last: DecodedPicture?
    /// Messages in front of pictures that have not come out yet, with the time stamps of those.
    private var pendingCues: [PendingCues] = []
    /// Ticks of a second, and of ten: a time stamp so far back is that of another clock.
    private let second: Int64
    private let farBack: Int64
    private let marks: MarkSampling

    private struct PendingCues {
        var stamp: Int64?
        var cues: [CueArrival]
        /// Pictures that were given meanwhile.
        var passed = 0
    }

    /// Pictures that a decoder holds back at most, in its threads and for their order.
    private static let mostHeld = 64

    /// - Parameters:
    ///   - decoder: one that peeks if pictures are to be skipped.
    ///   - stream: what it decodes.
    ///   - views: what is wanted of each picture.
    ///   - marks: of which pictures ones for marks are wanted.
    ///   - plan: what the decoder leaves out.
    ///   - relief: what else it leaves out, packet by packet.
    ///   - isAtStart: it will be given groups; else the stream from its first packet on, wherever that was
    ///     cut.
    init(
        _ decoder: Decoder, stream: UnsafeMutablePointer<AVStream>, views: Set<Picture.View>,
        marks: MarkSampling, plan: DecodePlan, relief: DecodingRelief?, isAtStart: Bool
    ) {
        self.decoder = decoder
        self.plan = plan
        isSkipping = plan.leavesOutPictures
        self.relief = relief
        self.isAtStart = isAtStart
        viewer = FrameViewer(stream, views: views)
        let base = stream.pointee.time_base
        second = max(1, Int64(base.den) / Int64(max(1, base.num)))
        self.marks = marks
        farBack = 10 * second
        if decoder.peek != nil {
            skipper = PictureSkipper(second: second)
        }
    }

    /// Takes the next packet in the order of decoding.
    func take(_ packet: Packet) {
        if let relief {
            let step = relief.step
            decoder.skipsLoopFilter = plan != .exact || step >= .loopFilter
            isSkipping = plan.leavesOutPictures || step >= .pictures
        }
        if !packet.cues.isEmpty {
            pendingCues.append(PendingCues(stamp: packet.stamp ?? packet.decodingStamp, cues: packet.cues))
        }
        if packet.isForeign {
            if let stamp = packet.stamp { foreignStamps.append(stamp) }
        } else if skips(packet) {
            return
        }
        if packet.isCorrupt, let stamp = packet.stamp ?? packet.decodingStamp {
            if damagedStamps.count == 64 { damagedStamps.removeFirst() }
            damagedStamps.append(stamp)
        }
        if isAtStart {
            isAtStart = false
            decoder.believesStart = packet.facts.start == .open
        }
        decoder.peek?.forget()
        sent = packet.stamp
        if !decoder.send(packet.pointer, number: packet.number) { outcomes.append(.loss(sent)) }
        receive()
        if let stamp = packet.stamp { look(at: stamp, isHidden: packet.isHidden) }
    }

    /// No more packets of the group will come. Once is enough.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        if !decoder.send(nil) { outcomes.append(.loss(sent)) }
        receive()
        for picture in skipper?.finish() ?? [] { show(picture) }
        for pending in pendingCues { outcomes.append(.cues(pending.cues)) }
        pendingCues = []
    }

    /// After `finish`: the next packet begins another group.
    func restart() {
        if let next = successor {
            (decoder, successor) = (next, nil)
        } else {
            decoder.restart()
        }
        (isAtStart, isFinished) = (true, false)
        skipper?.restart()
        stampChoice.restart()
        (damagedStamps, foreignStamps, peeked, last) = ([], [], [:], nil)
    }

    /// Ends the group in front of `packet`, and fills the places from there on, if the pictures before it
    /// show what the key frame behind the group does.
    ///
    /// - Returns: whether it has ended.
    func end(with tail: GroupTail, before packet: Packet) -> Bool {
        guard let end = tail.end(before: packet), let picture = skipper?.analysis(at: end),
            tail.isAlike(picture)
        else { return false }
        finish()
        outcomes.append(contentsOf: tail.filled(behind: last, from: packet).outcomesBehindFirst())
        return true
    }

    /// Takes a group that is not decoded, between two that are.
    func take(_ filled: FilledGroup) { outcomes.append(contentsOf: filled.outcomes()) }

    /// The next thing that is certain.
    func popOutcome() -> DecodingOutcome? { outcomes.popFirst() }

    /// How much is certain and has not been taken.
    var outcomeCount: Int { outcomes.count }

    /// Everything that is certain.
    func takeOutcomes() -> Deque<DecodingOutcome> {
        defer { outcomes = [] }
        return outcomes
    }

    private func skips(_ packet: Packet) -> Bool {
        guard packet.facts.isDisposable || packet.facts.isMiddle, !packet.isHidden, let stamp = packet.stamp,
            skipper?.lacksReferences(at: stamp) ?? false || isSkipping && !packet.isCorrupt
        else {
            return false
        }
        return skipper?.skips(at: stamp, duration: packet.duration, isMiddle: packet.facts.isMiddle) ?? false
    }

    /// Looks at what the packet's picture has become, before it comes out.
    private func look(at stamp: Int64, isHidden: Bool) {
        guard isSkipping, let peek = decoder.peek, !peek.isEmpty, let pixels = peek.frame.pointee.data.0
        else { return }
        // What is asked for is as large as what is coded; what comes out is as large as what is shown.
        (peek.frame.pointee.width, peek.frame.pointee.height) = decoder.size
        guard let analysis = viewer.analysis(of: peek.frame) else { return }
        peeked[pixels] = (stamp, analysis)
        skipper?.see(analysis, at: stamp, isHidden: isHidden)
    }

    private func receive() {
        var refusals = 0
        while true {
            switch decoder.receive() {
            case .picture:
                refusals = 0
                add(picture())
            case .refused:
                refusals += 1
                if refusals > 64 { return }
                outcomes.append(.loss(sent))
            case .ended, .needsPacket: return
            }
        }
    }

    private func picture() -> DecodedPicture {
        let frame = decoder.frame
        let ownStamp = known(frame.pointee.pts)
        let stamp = stampChoice.stamp(
            own: ownStamp, decoding: known(frame.pointee.pkt_dts), second: second)
        var isDamaged =
            frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 && !decoder.believesStart
            || frame.pointee.decode_error_flags != 0
        if let index = damagedStamps.firstIndex(where: { $0 == ownStamp || $0 == stamp }) {
            damagedStamps.remove(at: index)
            isDamaged = true
        }
        let view = viewer.view(frame, analysis: analysisMadeBefore(frame, at: ownStamp))
        if isSkipping, let peek = decoder.peek, let analysis = view.analysis, let ownStamp,
            peek.frame.pointee.data.0 == frame.pointee.data.0
        {
            // It came out at once.
            skipper?.see(analysis, at: ownStamp)
            peek.forget()
        }
        var picture = DecodedPicture(
            stamp: stamp, duration: scn_frame_duration(frame), isDamaged: isDamaged || !view.isReadable,
            analysis: view.analysis, width: view.width, height: view.height)
        picture.views = view.views
        if isMarked(stamp, duration: picture.duration) || isMarkedInPlace(before: stamp) {
            picture.mark = viewer.mark(of: frame)
        }
        picture.isKey = frame.pointee.key_frame != 0
        let number = scn_frame_number(frame)
        picture.packet = number > 0 ? number : nil
        return picture
    }

    private func isMarked(_ stamp: Int64?, duration: Int64) -> Bool {
        switch marks {
        case .none: false
        case .everySecond: MarkSampling.isSampled(stamp, duration: duration, second: second)
        case .every: true
        }
    }

    /// Whether a picture that was left out, and whose place is filled in front of `stamp`, wants a mark.
    private func isMarkedInPlace(before stamp: Int64?) -> Bool {
        guard case .everySecond = marks, let stamp, let skipper else { return false }
        return skipper.fills(before: stamp) {
            MarkSampling.isSampled($0, duration: $1, second: second)
        }
    }

    /// Gives the mark of the last picture to those in front of it that were left out and want one.
    private func handOutMark(in pictures: inout [DecodedPicture]) {
        guard case .everySecond = marks, let mark = pictures.last?.mark else { return }
        for index in pictures.indices {
            let isSampled = MarkSampling.isSampled(
                pictures[index].stamp, duration: pictures[index].duration, second: second)
            pictures[index].mark = isSampled ? mark : nil
        }
    }

    private func analysisMadeBefore(_ frame: UnsafeMutablePointer<AVFrame>, at stamp: Int64?)
        -> AnalysisPicture?
    {
        guard !peeked.isEmpty, let pixels = frame.pointee.data.0, let made = peeked[pixels],
            made.stamp == stamp
        else {
            return nil
        }
        peeked[pixels] = nil
        return made.analysis
    }

    private func known(_ stamp: Int64) -> Int64? { stamp == scn_no_timestamp ? nil : stamp }

    private func add(_ picture: DecodedPicture) {
        let isForeign = picture.stamp.map { stamp in
            guard let index = foreignStamps.firstIndex(of: stamp) else { return false }
            foreignStamps.remove(at: index)
            return true
        }
        var pictures = skipper?.show(picture) ?? [picture]
        handOutMark(in: &pictures)
        if isForeign ?? false { pictures.removeLast() }
        for picture in pictures { show(picture) }
    }

    /// Gives a picture, behind the messages in front of it. They go by time stamps, so that their place does
    /// not depend on how many pictures a decoder holds back.
    private func show(_ picture: DecodedPicture) {
        if !pendingCues.isEmpty {
            func isDue(_ pending: PendingCues) -> Bool {
                guard let stamp = pending.stamp, let shown = picture.stamp else { return true }
                // Where the clock was reset, the pictures of the old one come out first.
                if stamp < shown - farBack { return pending.passed >= Self.mostHeld }
                return stamp <= shown || shown < stamp - farBack
            }
            for pending in pendingCues where isDue(pending) { outcomes.append(.cues(pending.cues)) }
            pendingCues.removeAll(where: isDue)
            for index in pendingCues.indices { pendingCues[index].passed += 1 }
        }
        outcomes.append(.picture(picture))
        last = picture
    }
}
