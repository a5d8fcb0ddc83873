/** Reads manifests: a reader for each section, and one for each kind of worker. */
@NullMarked
package dev.pullcord.protocol.manifest.read;

import org.jspecify.annotations.NullMarked;
