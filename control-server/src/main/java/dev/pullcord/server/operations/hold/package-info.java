/**
 * Orders that hold a whole branch: freezes, and rollbacks to an earlier commit. Each is stored with
 * its audit record, and followed by new decisions.
 */
@NullMarked
package dev.pullcord.server.operations.hold;

import org.jspecify.annotations.NullMarked;
