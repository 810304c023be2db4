// Empty: it lets newImageCommand be a function without a body.
