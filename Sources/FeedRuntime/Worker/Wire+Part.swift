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
        put(part.isLastOfShot)
        put(list: part.keyFrames) { writer, picture in
            writer.put(picture.at)
            writer.put(picture.duration)
            writer.put(picture.isDamaged)
            writer.put(picture.analysis.planes)
            writer.put(optional: picture.crop) { writer, crop in
                writer.put(UInt16(clamping: crop.width))
                writer.put(UInt16(clamping: crop.height))
                writer.put(crop.bytes)
            }
        }
        put(part.motion)
    }
}

extension WireReader {
    /// Bytes of a crop: encoders look at squares of a few hundred pixels.
    private static let longestCrop = 3 << 20

    mutating func part() throws(WireError) -> Part {
        let (index, shotIndex) = (Int(try count()), Int(try count()))
        let (start, end) = (try instant(), try instant())
        let duration = try double()
        guard start < end, duration.isFinite, duration >= 0 else {
            throw WireError(reason: "a part ends before it starts")
        }
        let entry = try optional { reader throws(WireError) in try reader.transition() }
        let isLast = try bool()
        let keyFrames = try list(limit: 256) { reader throws(WireError) in
            let at = try reader.instant()
            let duration = try reader.count()
            let isDamaged = try reader.bool()
            let planes = try reader.blob(limit: AnalysisPicture.byteCount)
            guard planes.count == AnalysisPicture.byteCount else {
                throw WireError(reason: "a picture has holes")
            }
            return Picture(
                at: at, duration: duration, analysis: AnalysisPicture(planes: planes),
                crop: try reader.optional { reader throws(WireError) in try reader.crop() },
                isDamaged: isDamaged)
        }
        guard start <= (keyFrames.first?.at ?? end), keyFrames.allSatisfy({ $0.at < end }) else {
            throw WireError(reason: "a part's key frames lie outside it")
        }
        let motion = try float()
        guard motion.isFinite else { throw WireError(reason: "a part's motion is no number") }
        return Part(
            index: index, shotIndex: shotIndex, start: start, end: end, duration: duration, entry: entry,
            isLastOfShot: isLast, keyFrames: keyFrames, motion: motion)
    }

    /// What an image encoder sees of a picture.
    mutating func crop() throws(WireError) -> RGBPicture {
        let (width, height) = (Int(try integer(UInt16.self)), Int(try integer(UInt16.self)))
        let bytes = try blob(limit: Self.longestCrop)
        guard width > 0, height > 0, bytes.count == 3 * width * height else {
            throw WireError(reason: "a picture's crop has holes")
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }
}
