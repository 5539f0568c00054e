internal import Timeline

/// One corner of a picture: where it lies, and what its pixels show.
struct CornerZone {
    static let width = 96
    static let height = 54
    static let count = width * height
    /// Top left, top right, bottom left, bottom right: left column and top row of each.
    static let origins = [
        (x: 0, y: 0), (x: MarkPicture.width - width, y: 0), (x: 0, y: MarkPicture.height - height),
        (x: MarkPicture.width - width, y: MarkPicture.height - height),
    ]
    /// Gradients count as if they were at most this long: no edge of the background outweighs a mark.
    private static let longest: Float = 40
    /// Pixels beside a bar whose gradients are those of its edge.
    private static let edge = 2

    /// Gradient in steps of luma per pixel, by central differences; `count` each.
    var x: [Float]
    var y: [Float]
    var luma: [Float]
    /// Neither on the border of the picture nor in a bar nor at its edge.
    var isValid: [Bool]

    init(_ index: Int, of picture: MarkPicture, bars: (rows: Int, columns: Int)) {
        let origin = Self.origins[index]
        let (width, height) = (MarkPicture.width, MarkPicture.height)
        let source = picture.luma.span
        let rows = bars.rows > 0 ? bars.rows + Self.edge : 1
        let columns = bars.columns > 0 ? bars.columns + Self.edge : 1
        x = [Float](repeating: 0, count: Self.count)
        y = x
        luma = x
        isValid = [Bool](repeating: false, count: Self.count)
        for row in 0..<Self.height {
            let top = origin.y + row
            for column in 0..<Self.width {
                let left = origin.x + column
                let place = row * Self.width + column
                let from = top * width + left
                luma[place] = Float(source[from])
                guard top >= rows, top < height - rows, left >= columns, left < width - columns else {
                    continue
                }
                isValid[place] = true
                let across = (Float(source[from + 1]) - Float(source[from - 1])) / 2
                let down = (Float(source[from + width]) - Float(source[from - width])) / 2
                let length = (across * across + down * down).squareRoot()
                let scale = length > Self.longest ? Self.longest / length : 1
                x[place] = across * scale
                y[place] = down * scale
            }
        }
    }
}
