internal import SceneSegmentation
internal import Timeline

// How parts stand in messages and checkpoints.

extension WireWriter {
    mutating func put(_ part: Part) {
        put(Int64(part.index))
        put(Int64(part.shotIndex))
        put(part.start)
        put(part.end)
        put(part.duration)
        put(optional: part.entry) { $0.put($1) }
        // As of an encoded part.
        put(
            UInt8(
                (part.isLastOfShot ? 1 : 0) | (part.sound == nil ? 0 : 2) | (part.evidence == nil ? 0 : 4)))
        put(list: part.keyFrames) { writer, picture in
            writer.put(picture.at)
            writer.put(picture.duration)
            writer.put(picture.isDamaged)
            writer.put(picture.analysis.planes)
            writer.put(list: picture.views.sorted { $0.key < $1.key }) { writer, view in
                writer.put(view.key)
                writer.put(UInt16(clamping: view.value.width))
                writer.put(UInt16(clamping: view.value.height))
                writer.put(view.value.bytes)
            }
        }
        put(part.motion)
        if let sound = part.sound { put(sound) }
        if let evidence = part.evidence { put(evidence) }
    }

    private mutating func put(_ evidence: PartEvidence) {
        for ranges in [evidence.black, evidence.silence] {
            put(list: ranges) { writer, range in
                writer.put(range.lowerBound)
                writer.put(range.upperBound)
            }
        }
        put(optional: evidence.mark) { $0.put($1.luma) }
    }

    mutating func put(_ view: Picture.View) {
        switch view {
        case .crop(let geometry):
            put(UInt8(0))
            put(Int32(clamping: geometry.shortSide))
            put(Int32(clamping: geometry.cropSide))
        case .thumbnail(let longestSide):
            put(UInt8(1))
            put(Int32(clamping: longestSide))
        }
    }
}

extension WireReader {
    /// Bytes of a view: a few hundred pixels on each side.
    private static let longestView = 3 << 20

    mutating func part() throws(WireError) -> Part {
        let (index, shotIndex) = (Int(try count()), Int(try count()))
        let (start, end) = (try instant(), try instant())
        let duration = try double()
        guard start < end, duration.isFinite, duration >= 0 else {
            throw WireError(reason: "a part ends before it starts")
        }
        let entry = try optional { reader throws(WireError) in try reader.transition() }
        let flags = try integer(UInt8.self)
        guard flags < 8 else { throw WireError(reason: "a part is of an unknown kind") }
        let keyFrames = try list(limit: EncoderInput.mostFrames) { reader throws(WireError) in
            let at = try reader.instant()
            let duration = try reader.count()
            let isDamaged = try reader.bool()
            let planes = try reader.blob(limit: AnalysisPicture.byteCount)
            guard planes.count == AnalysisPicture.byteCount else {
                throw WireError(reason: "a picture has holes")
            }
            return Picture(
                at: at, duration: duration, analysis: AnalysisPicture(planes: planes),
                views: try reader.views(),
                isDamaged: isDamaged)
        }
        guard start <= (keyFrames.first?.at ?? end), keyFrames.allSatisfy({ $0.at < end }) else {
            throw WireError(reason: "a part's key frames lie outside it")
        }
        let motion = try float()
        guard motion.isFinite else { throw WireError(reason: "a part's motion is not a number") }
        var part = Part(
            index: index, shotIndex: shotIndex, start: start, end: end, duration: duration, entry: entry,
            isLastOfShot: flags & 1 != 0, keyFrames: keyFrames, motion: motion)
        if flags & 2 != 0 { part.sound = try partSound() }
        if flags & 4 != 0 { part.evidence = try partEvidence() }
        return part
    }

    private mutating func partEvidence() throws(WireError) -> PartEvidence {
        var evidence = PartEvidence(black: try ranges(), silence: try ranges())
        evidence.mark = try optional { reader throws(WireError) in
            let luma = try reader.blob(limit: MarkPicture.width * MarkPicture.height)
            guard luma.count == MarkPicture.width * MarkPicture.height else {
                throw WireError(reason: "a picture for marks has holes")
            }
            return MarkPicture(luma: luma)
        }
        return evidence
    }

    private mutating func ranges() throws(WireError) -> [Range<Int64>] {
        try list(limit: 4096) { reader throws(WireError) in
            let (start, end) = (try reader.ticks(), try reader.ticks())
            guard start < end else { throw WireError(reason: "a stretch ends before it starts") }
            return start..<end
        }
    }

    private mutating func views() throws(WireError) -> [Picture.View: RGBPicture] {
        let views = try list(limit: 16) { reader throws(WireError) in
            let view = try reader.view()
            let (width, height) = (Int(try reader.integer(UInt16.self)), Int(try reader.integer(UInt16.self)))
            let bytes = try reader.blob(limit: Self.longestView)
            guard width > 0, height > 0, bytes.count == 3 * width * height else {
                throw WireError(reason: "a view of a picture has holes")
            }
            return (view, RGBPicture(width: width, height: height, bytes: bytes))
        }
        return Dictionary(views) { $1 }
    }

    mutating func view() throws(WireError) -> Picture.View {
        switch try integer(UInt8.self) {
        case 0:
            let (short, side) = (Int(try integer(Int32.self)), Int(try integer(Int32.self)))
            guard side > 0, side <= short, short < 1 << 15 else {
                throw WireError(reason: "a crop lies outside its picture")
            }
            return .crop(PictureGeometry(shortSide: short, cropSide: side))
        case 1:
            let side = Int(try integer(Int32.self))
            guard 1..<1 << 15 ~= side else { throw WireError(reason: "a view has no size") }
            return .thumbnail(longestSide: side)
        default: throw WireError(reason: "a view is of an unknown kind")
        }
    }
}
