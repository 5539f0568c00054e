package import NeuralNet
internal import TensorKernels
package import Timeline

/// An image encoder that runs a network's plan, a fixed number of pictures at a time.
///
/// A call with another number of pictures is done in several runs; places that stay empty cost as much as full ones.
/// After the first call nothing but the results is allocated while the pictures' size stays.
package final class PlannedImageEncoder: ImageEncoder {
    package let name: String
    package let preparation: PicturePreparation
    private let plan: ImagePlan
    private var resizer: PictureResizer
    private var crop: [UInt8] = []
    /// Network's input for each byte of each channel, 3 x 256.
    private let values: [Float]

    /// The plan must be for pictures of the preparation's crop.
    package init(name: String, preparation: PicturePreparation, plan: ImagePlan) {
        precondition(
            plan.input.width == preparation.cropSide && plan.input.height == preparation.cropSide
                && plan.input.channels == 3, "a plan for the crop")
        self.name = name
        self.preparation = preparation
        self.plan = plan
        resizer = PictureResizer(preparation)
        values = preparation.valueTable()
    }

    package var dimension: Int { plan.output.channels }

    package func encode(_ pictures: [RGBPicture]) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(pictures.count)
        for first in stride(from: 0, to: pictures.count, by: plan.batch) {
            let count = min(plan.batch, pictures.count - first)
            for index in 0..<count { setPicture(pictures[first + index], at: index) }
            plan.plan.run()
            for index in 0..<count { vectors.append(plan.output.pixel(image: index)) }
        }
        return vectors
    }

    private func setPicture(_ picture: RGBPicture, at index: Int) {
        resizer.crop(picture, into: &crop)
        let (side, bytes, table) = (preparation.cropSide, crop, values)
        for row in 0..<side {
            plan.input.withRow(image: index, row: row) { target in
                mapBytesInto(
                    &target, bytes.span.extracting(3 * side * row..<3 * side * (row + 1)), table.span)
            }
        }
    }
}
