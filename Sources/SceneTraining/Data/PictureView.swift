package import NeuralNet
internal import RealModule

/// How a picture is changed before the encoder sees it in training: BaSSL's augmentations (its appendix), as
/// what was drawn. Pictures with one view and jitter are changed alike, whatever they show.
package struct PictureView: Hashable, Sendable {
    /// The rectangle that is cut out, as parts of the picture's width and height.
    package var left = 0.0
    package var top = 0.0
    package var width = 1.0
    package var height = 1.0
    package var isFlipped = false
    package var isGray = false
    /// Deviation of the blur in pixels of the result; nil: none.
    package var blur: Double?

    /// The whole picture as it is.
    package init() {}

    /// Random resized crop of 0.14 to 1 of the area and sides 3 : 4 to 4 : 3, flipped one time in two, gray
    /// one in five, blurred one in two with a deviation of 0.1 to 2 pixels. `aspect` is the picture's width
    /// over its height.
    package init(aspect: Double, using random: inout RandomStream) {
        // The reference draws up to ten times, then takes the middle.
        for attempt in 0..<10 {
            let area = 0.14 + 0.86 * random.fraction()
            let shape = Double.exp(
                Double.log(0.75) + (Double.log(4 / 3.0) - Double.log(0.75)) * random.fraction())
            let (width, height) = ((area * shape / aspect).squareRoot(), (area * aspect / shape).squareRoot())
            guard attempt == 9 || width <= 1 && height <= 1 else { continue }
            (self.width, self.height) = (min(width, 1), min(height, 1))
            break
        }
        left = (1 - width) * random.fraction()
        top = (1 - height) * random.fraction()
        isFlipped = random.fraction() < 0.5
        isGray = random.fraction() < 0.2
        if random.fraction() < 0.5 { blur = 0.1 + 1.9 * random.fraction() }
    }

    /// Changes of color, drawn for each shot by itself.
    package struct Jitter: Hashable, Sendable {
        /// Factors, and parts of the color circle.
        package var brightness = 1.0
        package var contrast = 1.0
        package var saturation = 1.0
        package var hue = 0.0
        /// In which order: 0 brightness, 1 contrast, 2 saturation, 3 hue.
        package var order = [0, 1, 2, 3]

        /// None.
        package init() {}

        /// Four times in five; brightness, contrast and saturation by up to a fifth, hue by a twentieth.
        package init(using random: inout RandomStream) {
            guard random.fraction() < 0.8 else { return }
            brightness = 0.8 + 0.4 * random.fraction()
            contrast = 0.8 + 0.4 * random.fraction()
            saturation = 0.8 + 0.4 * random.fraction()
            hue = 0.1 * random.fraction() - 0.05
            order = random.permutation(4)
        }
    }
}
