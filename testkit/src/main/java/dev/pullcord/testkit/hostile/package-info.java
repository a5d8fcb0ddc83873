/**
 * What somebody might push, upload or send to do harm: trees, links, names, sizes and garbled
 * texts. Each module runs its readers through all of it.
 */
@NullMarked
package dev.pullcord.testkit.hostile;

import org.jspecify.annotations.NullMarked;
