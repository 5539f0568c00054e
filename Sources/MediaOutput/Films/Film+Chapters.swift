import CFFmpeg
import CFFmpegShim
import Timeline

extension Film {
    /// Where times of chapters count from: sound may begin before the pictures.
    package enum Origin: Sendable {
        case start
        case firstPicture
    }

    /// The chapters that stand in the film, in the order of the file, in microseconds from `origin`. One
    /// without an end lasts until the next. What begins before `origin` begins with it.
    package func chapters(from origin: Origin) -> [Chapter] {
        let microsecond = AVRational(num: 1, den: 1_000_000)
        let origin =
            origin == .start || video.pointee.start_time == scn_no_timestamp
            ? start : av_rescale_q(video.pointee.start_time, video.pointee.time_base, microsecond)
        let found = (0..<Int(context.pointee.nb_chapters)).compactMap { context.pointee.chapters[$0] }.map {
            let title = av_dict_get($0.pointee.metadata, "title", nil, 0)
            return Chapter(
                start: max(0, av_rescale_q($0.pointee.start, $0.pointee.time_base, microsecond) - origin),
                end: $0.pointee.end == scn_no_timestamp
                    ? .max : av_rescale_q($0.pointee.end, $0.pointee.time_base, microsecond) - origin,
                title: title.map { String(cString: $0.pointee.value) } ?? "")
        }
        return zip(found, found.dropFirst().map(\.start) + [Int64.max]).map { chapter, next in
            var chapter = chapter
            if chapter.end == .max { chapter.end = next }
            chapter.end = max(chapter.end, chapter.start)
            return chapter
        }
    }
}
