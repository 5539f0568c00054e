internal import MediaOutput
internal import ScenePipeline
internal import Timeline

/// A small picture of a feed, for those who look on: a key frame of a shot as a JPEG.
package struct FeedPicture: Sendable {
    /// On the feed's timeline.
    package var pts: Int64
    package var jpeg: [UInt8]

    /// Pixels on its longer side.
    static let longestSide = 320
    static let view = Picture.View.thumbnail(longestSide: longestSide)

    package init(pts: Int64, jpeg: [UInt8]) {
        self.pts = pts
        self.jpeg = jpeg
    }
}

/// Makes a feed's pictures. One owner.
final class FeedPictureMaker {
    private let encoder = StillEncoder(quality: 5)

    /// About a millisecond each; what cannot be encoded is left out.
    func pictures(of thumbnails: [Thumbnail]) -> [FeedPicture] {
        thumbnails.compactMap { thumbnail in
            guard let jpeg = try? encoder.jpeg(of: thumbnail.picture) else { return nil }
            return FeedPicture(pts: thumbnail.pts, jpeg: jpeg)
        }
    }
}
