/** Tests of what is said of actions and their runs. */
@NullMarked
package dev.pullcord.protocol.action;

import org.jspecify.annotations.NullMarked;
