package import NeuralNet
internal import TensorKernels
package import Timeline

/// An image encoder that runs a network's plan, a fixed number of pictures at a time.
///
/// A call with another number of pictures is done in several runs; places that stay empty cost as much as
/// full ones. After the first call nothing but the results is allocated while the pictures' size stays.
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
        vectors(count: pictures.count) { index, place in
            resizer.crop(pictures[index], into: &crop)
            set(crop, at: place)
        }
    }

    package func encode(crops: [RGBPicture]) -> [[Float]] {
        vectors(count: crops.count) { index, place in
            let crop = crops[index]
            precondition(
                crop.width == preparation.cropSide && crop.height == preparation.cropSide,
                "a crop of the encoder's size")
            set(crop.bytes, at: place)
        }
    }

    /// Runs the plan on batches; `fill` puts a picture into a place of the batch.
    private func vectors(count: Int, _ fill: (_ index: Int, _ place: Int) -> Void) -> [[Float]] {
        var vectors: [[Float]] = []
        vectors.reserveCapacity(count)
        for first in stride(from: 0, to: count, by: plan.batch) {
            let filled = min(plan.batch, count - first)
            for place in 0..<filled { fill(first + place, place) }
            plan.plan.run()
            for place in 0..<filled { vectors.append(plan.output.pixel(image: place)) }
        }
        return vectors
    }

    private func set(_ bytes: [UInt8], at place: Int) {
        let (side, table) = (preparation.cropSide, values)
        for row in 0..<side {
            plan.input.withRow(image: place, row: row) { target in
                mapBytesInto(
                    &target, bytes.span.extracting(3 * side * row..<3 * side * (row + 1)), table.span)
            }
        }
    }
}
