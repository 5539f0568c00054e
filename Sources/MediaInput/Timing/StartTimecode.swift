import CFFmpeg
import Timeline

/// The timecode of a stream's first picture: the embedded one, else 00:00:00:00.
struct StartTimecode {
    let format: TimecodeFormat
    /// Frames since 00:00:00:00.
    let frames: Int64

    /// nil where the rate is none that timecode counts.
    init?(of media: OpenedMedia, rate: TimecodeTrack.Rate) {
        guard
            var format = TimecodeFormat(rateNumerator: rate.numerator, denominator: rate.denominator)
        else { return nil }
        var frames: Int64 = 0
        if let label = Self.label(of: media) {
            let isDropFrame = label.isDropFrame && format.isDropFrame
            format = TimecodeFormat(labelsPerSecond: format.labelsPerSecond, isDropFrame: isDropFrame)
            var counted = label
            counted.isDropFrame = isDropFrame
            frames = counted.frameCount(labelsPerSecond: format.labelsPerSecond) ?? 0
        } else if let start = media.trackTimecode {
            format = TimecodeFormat(
                labelsPerSecond: format.labelsPerSecond,
                isDropFrame: media.trackDropsFrames && format.isDropFrame)
            frames = start
        }
        self.format = format
        self.frames = frames
    }

    /// From the metadata of the stream or the container.
    private static func label(of media: OpenedMedia) -> TimecodeLabel? {
        for metadata in [media.stream.pointee.metadata, media.demuxer.context.pointee.metadata] {
            if let entry = av_dict_get(metadata, "timecode", nil, 0), let value = entry.pointee.value,
                let label = TimecodeLabel(String(cString: value))
            {
                return label
            }
        }
        return nil
    }
}
