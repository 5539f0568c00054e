package import Timeline

/// The pictures that a scene encoder wants of a scene, where it looks at pictures instead of embeddings.
package struct ScenePictures: Hashable, Sendable {
    /// What each must show.
    package var geometry: PictureGeometry
    /// Parts of which it sees pictures; of a scene of more, as many that are spread evenly.
    package var mostParts: Int
    /// Key frames of each part.
    package var framesPerPart: Int

    package init(geometry: PictureGeometry, mostParts: Int, framesPerPart: Int) {
        precondition(mostParts > 0 && framesPerPart > 0, "a picture of a part")
        (self.geometry, self.mostParts, self.framesPerPart) = (geometry, mostParts, framesPerPart)
    }

    /// Which of `count` parts of a scene are seen, in order: all, or the middle ones of `mostParts` stretches
    /// of equal length.
    package func places(of count: Int) -> [Int] {
        guard count > mostParts else { return Array(0..<max(count, 0)) }
        return (0..<mostParts).map { (2 * $0 + 1) * count / (2 * mostParts) }
    }

    /// Which of a part's `count` key frames are seen, in order: as many as each part gives, spread evenly;
    /// some twice where there are fewer.
    package func frames(of count: Int) -> [Int] {
        count > 0 ? (0..<framesPerPart).map { (2 * $0 + 1) * count / (2 * framesPerPart) } : []
    }
}
