/** Tests of the package of the same name. */
@NullMarked
package dev.pullcord.protocol.enroll;

import org.jspecify.annotations.NullMarked;
