internal import MediaInput
