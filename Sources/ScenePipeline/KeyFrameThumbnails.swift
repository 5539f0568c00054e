package import SceneSegmentation
package import Timeline

/// A small picture for people.
package struct Thumbnail: Sendable {
    package var pts: Int64
    package var picture: RGBPicture
}

/// Gathers thumbnails of the first and the last key frame of each shot, out of the pictures that are decoded
/// anyway.
///
/// A value. What it holds goes to whoever asks with `take`: at most two for each shot that was closed since.
package struct KeyFrameThumbnails {
    private let view: Picture.View
    private var waiting: [Thumbnail] = []

    /// `view`: under which pictures have their thumbnails.
    package init(view: Picture.View) { self.view = view }

    /// A part was closed; parts come in order.
    package mutating func push(_ part: Part) {
        if part.entry != nil, let first = part.keyFrames.first { keep(first) }
        if part.isLastOfShot, let last = part.keyFrames.last { keep(last) }
    }

    /// What was gathered since the last call, in order of time.
    package mutating func take() -> [Thumbnail] {
        defer { waiting.removeAll() }
        return waiting
    }

    private mutating func keep(_ picture: Picture) {
        guard waiting.last?.pts != picture.at.pts, let thumbnail = picture.views[view] else { return }
        waiting.append(Thumbnail(pts: picture.at.pts, picture: thumbnail))
    }
}
