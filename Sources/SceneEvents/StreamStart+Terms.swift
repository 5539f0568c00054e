internal import JSONText

extension StreamStart {
    /// What must be equal for another process to go on with a run: all that is neither volatile nor the
    /// input's. Equal text, equal answers.
    package var terms: String {
        var line = JSONLine()
        line.field("version", version)
        line.field("options", raw: optionsObject)
        line.field("model", raw: modelObject)
        line.field("build", raw: buildObject)
        return String(line.object.dropFirst().dropLast())
    }

    var optionsObject: String {
        var object = JSONLine()
        for option in options { object.field(option.name, raw: option.literal) }
        return object.object
    }

    var modelObject: String {
        var object = JSONLine()
        object.field("scorer", model.scorer)
        object.field("encoder", model.encoder)
        object.field("k", model.neighborCount)
        object.field("digest", model.digest)
        if !model.similarity.isEmpty {
            object.field("similarity", list: model.similarity.map(JSONLine.quoted))
        }
        return object.object
    }

    var buildObject: String {
        var object = JSONLine()
        for library in build { object.field(library.name, library.version) }
        return object.object
    }
}
